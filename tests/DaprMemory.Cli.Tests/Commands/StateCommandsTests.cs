using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;

namespace DaprMemory.Cli.Tests.Commands;

[Collection(SharedCluster.Name)]
public sealed class StateCommandsTests(ClusterFixture cluster)
{
    readonly string _space = ClusterFixture.NewSpace();

    [Fact]
    public async Task A_value_that_was_put_is_read_back_byte_for_byte()
    {
        var put = await cluster.RunAsync("put", _space, "plans/a", "{ \"step\" : 1.0, \"ü\": null }");
        var get = await cluster.RunAsync("get", _space, "plans/a");

        (put.ExitCode, put.Output).ShouldBe((ExitCodes.Ok, "created 1.0\n"));
        (get.ExitCode, get.Output).ShouldBe((ExitCodes.Ok, "{ \"step\" : 1.0, \"ü\": null }\n"));
    }

    [Fact]
    public async Task A_value_is_read_from_a_file()
    {
        using var folder = new TemporaryFolder();

        await cluster.RunAsync("put", _space, "k", "@" + folder.Write("v.json", "[1,2]"));

        (await cluster.RunAsync("get", _space, "k")).Output.ShouldBe("[1,2]\n");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_failure_not_a_value()
    {
        var put = await cluster.RunAsync("put", _space, "k", "@no-such-file");

        put.ExitCode.ShouldBe(ExitCodes.Failed);
        put.Error.ShouldContain("no-such-file");
    }

    [Fact]
    public async Task Text_without_quotes_is_refused_with_the_remedy()
    {
        var put = await cluster.RunAsync("put", _space, "k", "hello");

        put.ExitCode.ShouldBe(ExitCodes.Failed);
        put.Error.ShouldContain("'\"hello\"'");
    }

    [Fact]
    public async Task A_missing_record_is_exit_code_3()
    {
        (await cluster.RunAsync("get", _space, "k")).ExitCode.ShouldBe(ExitCodes.NotFound);
        (await cluster.RunAsync("rm", _space, "k")).ExitCode.ShouldBe(ExitCodes.NotFound);
    }

    [Fact]
    public async Task A_precondition_that_does_not_hold_is_exit_code_4_with_the_current_place()
    {
        await cluster.RunAsync("put", _space, "k", "1");

        var stale = await cluster.RunAsync("put", _space, "k", "2", "--if-match", "9.0", "--json");
        var exists = await cluster.RunAsync("put", _space, "k", "2", "--if-none-match");
        var remove = await cluster.RunAsync("rm", _space, "k", "--if-match", "9.0");

        new[] { stale, exists, remove }.ShouldAllBe(run => run.ExitCode == ExitCodes.PreconditionFailed);
        Json(stale).GetProperty("etag").GetString().ShouldBe("1.0");
        exists.Error.ShouldContain("1.0");
        (await cluster.RunAsync("get", _space, "k")).Output.ShouldBe("1\n");
    }

    [Fact]
    public async Task Earlier_versions_can_be_read_after_a_delete()
    {
        await cluster.RunAsync("put", _space, "k", "1");
        (await cluster.RunAsync("rm", _space, "k", "--if-match", "1.0")).Output.ShouldBe("deleted 2.0\n");

        (await cluster.RunAsync("get", _space, "k", "--consistency", "strong")).ExitCode.ShouldBe(ExitCodes.NotFound);
        (await cluster.RunAsync("get", _space, "k", "--at", "1")).Output.ShouldBe("1\n");
    }

    [Fact]
    public async Task Get_as_json_has_the_place_and_the_value()
    {
        await cluster.RunAsync("put", _space, "k", "{\"a\":\"é'\"}");

        var record = Json(await cluster.RunAsync("get", _space, "k", "--json"));

        record.GetProperty("etag").GetString().ShouldBe("1.0");
        record.GetProperty("version").GetInt64().ShouldBe(1);
        record.GetProperty("value").GetProperty("a").GetString().ShouldBe("é'");
    }

    [Fact]
    public async Task List_gives_the_keys_in_order_up_to_the_limit()
    {
        foreach (var key in new[] { "b/2", "a", "b/1" })
            await cluster.RunAsync("put", _space, key, "1", "--tags", "x,y", "--ttl", "1000");

        var all = await cluster.RunAsync("ls", _space);
        var some = await cluster.RunAsync("ls", _space, "--prefix", "b/", "--limit", "1", "--json");

        all.Lines.Select(l => l.Split('\t')[..3]).ShouldBe([["a", "2.0", "x,y"], ["b/1", "3.0", "x,y"], ["b/2", "1.0", "x,y"]]);
        some.Lines.Length.ShouldBe(1);
        Json(some).GetProperty("key").GetString().ShouldBe("b/1");
        Json(some).GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        (await cluster.RunAsync("ls", _space, "--at", "1")).Lines.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Log_tells_who_changed_what()
    {
        await cluster.RunAsync("put", _space, "k", "null");
        await cluster.RunAsync("rm", _space, "k");
        await cluster.RunAsync("put", _space, "other", "1");

        var log = await cluster.RunAsync("log", _space);
        var part = await cluster.RunAsync("log", _space, "--after", "1", "--limit", "1", "--json");

        log.Lines.Select(l => l.Split('\t')).Select(c => (c[0], c[2], c[3])).ShouldBe([("1", "tester", "k"), ("2", "tester", "-k"), ("3", "tester", "other")]);
        Json(part).GetProperty("n").GetInt64().ShouldBe(2);
        part.Lines.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Tenants_do_not_see_each_other()
    {
        await cluster.RunAsync("put", _space, "k", "1", "--tenant", "one");

        (await cluster.RunAsync("get", _space, "k", "--tenant", "two")).ExitCode.ShouldBe(ExitCodes.NotFound);
    }

    static JsonElement Json(CommandRun run) => JsonDocument.Parse(run.Lines.Single()).RootElement;
}
