using System.Security.Cryptography;
using DaprMemory.Cli.Identity;
using DaprMemory.Core.Audit;
using DaprMemory.Service.Audit;

namespace DaprMemory.Cli.Audit;

/// <summary>The keys that commits of one data folder are signed with. To replace the key, write another one before it: PEM, the newest first.</summary>
internal static class AuditKeyFile
{
    /// <summary>Finds the file, or makes one with a key.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">It can't be made; the message says why.</exception>
    public static string FindOrCreate(string dataPath)
    {
        var path = PathIn(dataPath);
        if (File.Exists(path))
            return path;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            OwnersFile.Write(path, key.ExportPkcs8PrivateKeyPem() + "\n");
            return path;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The key that commits are signed with can't be written: {e.Message}", e);
        }
    }

    /// <summary>The public keys of a data folder; null if it has no key.</summary>
    /// <exception cref="IOException">They can't be read; the message says why.</exception>
    public static CommitKeySet? FindKeys(string dataPath)
    {
        var path = PathIn(dataPath);
        if (!File.Exists(path))
            return null;
        try
        {
            using var ring = CommitKeyRing.Parse(File.ReadAllBytes(path));
            return ring.Keys;
        }
        catch (FormatException e)
        {
            throw new IOException($"The keys in {path} can't be used: {e.Message}", e);
        }
    }

    /// <summary>The settings by which a service signs with the keys of a file.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> SettingsFor(string path) => [new($"{AuditOptions.SectionName}:{nameof(AuditOptions.KeyFile)}", path)];

    static string PathIn(string dataPath) => Path.Combine(Path.GetFullPath(dataPath), "audit", "key.pem");
}
