using System.Diagnostics;
using System.Globalization;

namespace DaprMemory.Hosting.Tests.Tls;

/// <summary>A folder with <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c> as Kubernetes mounts a secret: all files change at once, by one link.</summary>
internal sealed class MountedSecret : IDisposable
{
    const string Data = "..data";

    readonly string _folder = Directory.CreateTempSubdirectory("daprmemory-tls-").FullName;
    int _version;

    /// <summary>Mounts them.</summary>
    /// <param name="pair">A certificate and its key; null: there are none.</param>
    /// <param name="authority">The authorities; null: there are none.</param>
    public MountedSecret((string Certificate, string Key)? pair, string? authority)
    {
        Set(pair, authority);
        foreach (var name in (string[])["tls.crt", "tls.key", "ca.crt"])
            File.CreateSymbolicLink(Path.Combine(_folder, name), Path.Combine(Data, name));
    }

    /// <summary>Changes them.</summary>
    public void Set((string Certificate, string Key)? pair, string? authority)
    {
        var version = (_version++).ToString(CultureInfo.InvariantCulture);
        var folder = Directory.CreateDirectory(Path.Combine(_folder, version)).FullName;
        if (pair is { } both)
        {
            File.WriteAllText(Path.Combine(folder, "tls.crt"), both.Certificate);
            File.WriteAllText(Path.Combine(folder, "tls.key"), both.Key);
        }
        if (authority is not null)
            File.WriteAllText(Path.Combine(folder, "ca.crt"), authority);
        // Renamed over the old link, as the kubelet does: at no moment is there none.
        var link = Path.Combine(_folder, "..data_tmp");
        File.CreateSymbolicLink(link, version);
        // File.Move takes no links of folders.
        using var move = Process.Start("mv", ["-T", link, Path.Combine(_folder, Data)]);
        move.WaitForExit();
        move.ExitCode.ShouldBe(0);
    }

    /// <summary>Whether there is a certificate now.</summary>
    public bool HasCertificate => IsThere("tls.crt");

    /// <summary>The settings by which a service uses what is there now.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
        new (string Name, string File)[] { ("Tls:CertificatePath", "tls.crt"), ("Tls:KeyPath", "tls.key"), ("Tls:AuthorityPath", "ca.crt") }
            .Where(setting => IsThere(setting.File))
            .Select(setting => KeyValuePair.Create(setting.Name, (string?)Path.Combine(_folder, setting.File)))
            .Append(new("Tls:ReloadInterval", "00:00:00.010"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A link that leads nowhere is there, too.
    bool IsThere(string name) => File.Exists(Path.Combine(_folder, Data, name));
}
