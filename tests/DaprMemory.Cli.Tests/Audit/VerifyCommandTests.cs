using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;
using DaprMemory.Core.Audit;

namespace DaprMemory.Cli.Tests.Audit;

/// <summary>An export of a signed log, and what somebody may have done to it before it is verified.</summary>
[Collection(SharedCluster.Name)]
public sealed class VerifyCommandTests(ClusterFixture cluster) : IAsyncLifetime, IDisposable
{
    const int Commits = 8;

    readonly string _space = ClusterFixture.NewSpace();
    readonly TemporaryFolder _folder = new();
    string _export = "";
    string _keys = "";

    public async Task InitializeAsync()
    {
        for (var i = 0; i < Commits; i++)
            (await cluster.RunAsync("put", _space, $"k{i}", $"{{\n  \"n\": {i}\n}}")).ExitCode.ShouldBe(ExitCodes.Ok);
        _export = Path.Combine(_folder.Path, "log.jsonl");
        (await cluster.RunAsync("export", _space, "--out", _export)).ExitCode.ShouldBe(ExitCodes.Ok);
        using var client = new DaprMemory.Client.MemoryClient(cluster.Address, cluster.ClientOptions);
        _keys = _folder.Write("keys.json", Encoding.UTF8.GetString((await client.GetAuditKeysAsync()).Span));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_is_byte_for_byte_what_the_log_has_and_verifies_without_a_server()
    {
        var verified = await VerifyAsync(_export);
        verified.ShouldBe(new CommandRun(ExitCodes.Ok, verified.Output, ""));
        verified.Output.ShouldContain($"as it was written: {Commits} commits, {Commits} of them with a good signature, {Commits} entries; its end is {Commits} ");
        verified.Output.ShouldContain("entries/s, with 1.0 entries a commit");
        (await File.ReadAllTextAsync(_export)).ShouldContain("{\n  \"n\": 3\n}");
        (await cluster.RunAsync("export", _space)).Output.ShouldBe(await File.ReadAllTextAsync(_export));
        (await cluster.RunAsync("verify", _space)).ExitCode.ShouldBe(ExitCodes.Ok, "straight from the router");
        (await cluster.RunAsync("verify", _space, "--file", _export)).ExitCode.ShouldBe(ExitCodes.Ok, "with the keys of the data folder");
    }

    [Fact]
    public async Task Export_goes_on_where_it_ended_even_torn()
    {
        var whole = await File.ReadAllBytesAsync(_export);
        await cluster.RunAsync("put", _space, "more", "1");
        foreach (var cut in new[] { 0, 1, 5, 200, whole.Length - 5, whole.Length })
        {
            await File.WriteAllBytesAsync(_export, whole[..^cut]);
            (await cluster.RunAsync("export", _space, "--out", _export)).ExitCode.ShouldBe(ExitCodes.Ok);
            var again = await File.ReadAllBytesAsync(_export);
            again.AsSpan(0, whole.Length).SequenceEqual(whole).ShouldBeTrue($"cut {cut}");
            (await VerifyAsync(_export)).ExitCode.ShouldBe(ExitCodes.Ok);
            (await VerifyAsync(_export)).Output.ShouldContain($"{Commits + 1} commits");
        }
    }

    [Fact]
    public async Task Export_does_not_continue_the_log_of_another_space()
    {
        var other = ClusterFixture.NewSpace();
        for (var i = 0; i <= Commits; i++)
            await cluster.RunAsync("put", other, "k", "1");
        var before = await File.ReadAllBytesAsync(_export);
        var run = await cluster.RunAsync("export", other, "--out", _export);
        run.ExitCode.ShouldBe(ExitCodes.Failed);
        run.Error.ShouldContain("another space, or changed");
        (await File.ReadAllBytesAsync(_export)).ShouldBe(before);
    }

    [Theory]
    [InlineData("value", 3)]
    [InlineData("agent", 3)]
    [InlineData("via", 3)]
    [InlineData("time", 3)]
    [InlineData("unread member", 3)]
    [InlineData("left out", 3)]
    [InlineData("first left out", 1)]
    [InlineData("doubled", 3)]
    [InlineData("swapped", 3)]
    [InlineData("signature removed", 3)]
    [InlineData("signature of another", 3)]
    [InlineData("brace removed", 3)]
    [InlineData("line feed removed", 3)]
    [InlineData("nonsense between", 4)]
    [InlineData("torn end", Commits)]
    public async Task What_was_done_to_the_log_is_found_and_named(string what, int commit)
    {
        var lines = (await TextsAsync()).ToList();
        lines[2] = what switch
        {
            "value" => lines[2].Replace("\"n\": 2", "\"n\": 7", StringComparison.Ordinal),
            "agent" => lines[2].Replace("\"by\":\"tester\"", "\"by\":\"Tester\"", StringComparison.Ordinal),
            "via" => Regex.Replace(lines[2], "\"via\":\"jwt:[^\"]*\"", "\"via\":\"jwt:0\""),
            "time" => Regex.Replace(lines[2], "\"at\":\"20", "\"at\":\"19"),
            "unread member" => lines[2].Replace("{\"v\":1,", "{\"v\":1,\"x\":1,", StringComparison.Ordinal),
            "signature removed" => Regex.Replace(lines[2], ",\"sig\":\"[^\"]*\"", ""),
            "signature of another" => Regex.Replace(lines[2], "\"sig\":\"[^\"]*\"", Regex.Match(lines[3], "\"sig\":\"[^\"]*\"").Value),
            "brace removed" => lines[2][..^1],
            _ => lines[2],
        };
        switch (what)
        {
            case "left out":
                lines.RemoveAt(2);
                break;
            case "first left out":
                lines.RemoveAt(0);
                break;
            case "doubled":
                lines.Insert(2, lines[2]);
                break;
            case "swapped":
                (lines[2], lines[3]) = (lines[3], lines[2]);
                break;
            case "line feed removed":
                lines[2] += lines[3];
                lines.RemoveAt(3);
                break;
            case "nonsense between":
                lines.Insert(3, "nonsense");
                break;
            case "torn end":
                lines[^1] = lines[^1][..40];
                break;
        }
        var changed = _folder.Write("changed.jsonl", string.Concat(lines.Select(line => line + "\n")));

        var verified = await VerifyAsync(changed, "--write-anchor", Path.Combine(_folder.Path, "never.json"));

        verified.ExitCode.ShouldBe(ExitCodes.NotAsWritten, verified.Output + verified.Error);
        verified.Output.ShouldContain($"commit {commit}: ");
        verified.Output.ShouldContain("NOT as it was written");
        File.Exists(Path.Combine(_folder.Path, "never.json")).ShouldBeFalse();
        (await VerifyAsync(changed, "--json")).Lines[0].ShouldStartWith("{\"commit\":");
    }

    [Fact]
    public async Task Log_that_was_cut_off_is_found_by_its_anchor()
    {
        var anchor = Path.Combine(_folder.Path, "anchor.json");
        (await VerifyAsync(_export, "--write-anchor", anchor)).ExitCode.ShouldBe(ExitCodes.Ok);
        var cut = _folder.Write("cut.jsonl", string.Concat((await TextsAsync()).Take(Commits - 1).Select(line => line + "\n")));

        (await VerifyAsync(cut)).ExitCode.ShouldBe(ExitCodes.Ok, "nobody can tell without an anchor");
        var verified = await VerifyAsync(cut, "--anchor", anchor);
        (verified.ExitCode, verified.Lines[0]).ShouldBe((ExitCodes.NotAsWritten, $"commit {Commits}: the log ends before commit {Commits}, which is anchored"));
        (await VerifyAsync(_folder.Write("empty.jsonl", ""), "--anchor", anchor)).ExitCode.ShouldBe(ExitCodes.NotAsWritten);
        await cluster.RunAsync("put", _space, "more", "1");
        (await cluster.RunAsync("verify", _space, "--anchor", anchor, "--write-anchor", anchor)).ExitCode.ShouldBe(ExitCodes.Ok);
        (await VerifyAsync(_export, "--anchor", anchor)).ExitCode.ShouldBe(ExitCodes.NotAsWritten, "the anchor has moved on");
    }

    [Fact]
    public async Task Log_of_another_space_or_tenant_and_keys_of_a_stranger_do_not_pass()
    {
        (await CommandRun.StartAsync("verify", "other", "--file", _export, "--keys", _keys)).ExitCode.ShouldBe(ExitCodes.NotAsWritten);
        (await CommandRun.StartAsync("verify", _space, "--tenant", "acme", "--file", _export, "--keys", _keys)).ExitCode.ShouldBe(ExitCodes.NotAsWritten);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = _folder.Write("stranger.json", Encoding.UTF8.GetString(new CommitKeySet([CommitKey.Of(stranger)]).ToJson()));
        (await CommandRun.StartAsync("verify", _space, "--file", _export, "--keys", keys)).Output.ShouldContain("by the unknown key");
    }

    [Fact]
    public async Task What_can_not_be_verified_at_all_is_a_failure_and_says_why()
    {
        var nowhere = Path.Combine(_folder.Path, "nowhere");
        (await CommandRun.StartAsync("verify", _space, "--file", _export, "--data", nowhere)).ShouldSatisfyAllConditions(
            run => run.ExitCode.ShouldBe(ExitCodes.Failed), run => run.Error.ShouldContain("There are no keys to verify with"));
        (await VerifyAsync(nowhere)).ExitCode.ShouldBe(ExitCodes.Failed);
        (await CommandRun.StartAsync("verify", _space, "--file", _export, "--keys", _export)).Error.ShouldContain("no JSON Web Key Set");
        (await VerifyAsync(_export, "--anchor", _keys)).Error.ShouldContain("anchor");
        (await CommandRun.StartAsync("verify")).ExitCode.ShouldBe(ExitCodes.Usage);
        (await CommandRun.StartAsync("verify", _space, "--reads")).ExitCode.ShouldBe(ExitCodes.Usage);
        (await CommandRun.StartAsync("export", "@spaces")).ExitCode.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task Log_of_reads_is_empty_without_a_policy() => (await cluster.RunAsync("verify", "--reads")).Output.ShouldContain("@reads: as it was written: 0 commits");

    Task<CommandRun> VerifyAsync(string file, params string[] args) => CommandRun.StartAsync(["verify", _space, "--file", file, "--keys", _keys, .. args]);

    /// <summary>The commits of the export, which have line feeds in them.</summary>
    async Task<string[]> TextsAsync()
    {
        var texts = new List<string>();
        await using var stream = File.OpenRead(_export);
        await foreach (var line in Cli.Audit.CommitLines.ReadAsync(stream))
            texts.Add(Encoding.UTF8.GetString(line.Text.Span));
        return [.. texts];
    }
}
