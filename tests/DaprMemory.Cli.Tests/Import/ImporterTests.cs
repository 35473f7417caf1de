using System.Text;
using DaprMemory.Cli.Import;
using DaprMemory.Cli.Tests.Support;
using DaprMemory.Client;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Tests.Import;

[Collection(SharedCluster.Name)]
public sealed class ImporterTests(ClusterFixture cluster)
{
    readonly string _space = ClusterFixture.NewSpace();
    readonly List<string> _reports = [];

    [Fact]
    public async Task Lost_answers_double_nothing()
    {
        var importer = await ImportAsync(Turns(1, 700), network: new LossyHandler(n => n % 3 == 0), attempts: 20);

        (importer.Imported, importer.AlreadyThere, importer.Bad, importer.Conflicts).ShouldBe((700, 0, 0, 0));
        await ShouldHoldEachTurnOnceAsync(700);
    }

    [Fact]
    public async Task An_import_that_died_is_finished_by_running_it_again()
    {
        var turns = Turns(1, 700);
        // It read the session and appended two batches; of the third it never learns.
        await Should.ThrowAsync<MemoryException>(() => ImportAsync(turns, network: new LossyHandler(n => n > 3), attempts: 1));

        var importer = await ImportAsync(turns);

        (importer.Imported, importer.AlreadyThere).ShouldBe((0, 700));
        await ShouldHoldEachTurnOnceAsync(700);
    }

    [Fact]
    public async Task Another_run_finds_everything_there()
    {
        await ImportAsync(Turns(1, 20));

        var importer = await ImportAsync(Turns(1, 20));

        (importer.Imported, importer.AlreadyThere).ShouldBe((0, 20));
        await ShouldHoldEachTurnOnceAsync(20);
    }

    [Fact]
    public async Task A_memory_that_was_deleted_since_stays_deleted()
    {
        await ImportAsync(Turns(1, 3));
        using var client = new MemoryClient(cluster.Address, cluster.ClientOptions);
        var memories = client.Space(_space).Memories;
        var id = (await memories.ListAsync().ToListAsync()).Single(memory => memory.Memory.Source!.Turn == 2).Id;
        await memories.DeleteAsync(id);

        (await ImportAsync(Turns(1, 4))).Imported.ShouldBe(1);

        (await memories.ListAsync().ToListAsync()).Select(memory => memory.Memory.Source!.Turn).Order().ShouldBe([1, 3, 4]);
    }

    [Fact]
    public async Task Imports_at_the_same_time_bring_each_turn_once()
    {
        var importers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ImportAsync(Turns(1, 700))));

        importers.ShouldAllBe(importer => importer.Imported + importer.AlreadyThere == 700);
        await ShouldHoldEachTurnOnceAsync(700);
    }

    [Fact]
    public async Task What_others_said_in_the_session_stays_and_what_is_new_in_the_file_is_added()
    {
        await ImportAsync(Turns(1, 10));
        await cluster.RunAsync("turns", _space, "D1", "--add", "by hand");

        var importer = await ImportAsync(Turns(1, 300));

        (importer.Imported, importer.AlreadyThere).ShouldBe((290, 10));
        (await cluster.RunAsync("turns", _space, "D1")).Lines.Length.ShouldBe(301);
    }

    [Fact]
    public async Task The_same_line_twice_is_one_record()
    {
        var importer = await ImportAsync([Turn(1), Turn(1)]);

        (importer.Imported, importer.AlreadyThere).ShouldBe((1, 1));
        await ShouldHoldEachTurnOnceAsync(1);
    }

    [Fact]
    public async Task A_key_with_another_value_is_reported_and_left_as_it_is()
    {
        await ImportAsync([Turn(1)]);

        var importer = await ImportAsync([Turn(1, "other words"), Turn(2)], keepGoing: true);

        (importer.Imported, importer.Conflicts).ShouldBe((1, 1));
        _reports.ShouldBe(["line 1: turn 1 of session D1 is there, and is another"]);
        (await cluster.RunAsync("turns", _space, "D1")).Lines[0].ShouldEndWith("Hello 1");
    }

    [Fact]
    public async Task A_bad_line_ends_the_import_unless_it_is_to_keep_going()
    {
        string[] lines = [Turn(1), "nope", Turn(2)];

        var stopped = await ImportAsync(lines);
        stopped.Ended.ShouldBeTrue();
        (stopped.Imported, stopped.Bad).ShouldBe((1, 1));

        var going = await ImportAsync(lines, keepGoing: true);
        going.Ended.ShouldBeFalse();
        (going.Imported, going.AlreadyThere, going.Bad).ShouldBe((1, 1, 1));
        _reports.ShouldAllBe(r => r.StartsWith("line 2: "));
    }

    [Fact]
    public async Task A_line_that_the_service_refuses_is_a_bad_line()
    {
        var importer = await ImportAsync([Turn(1, new string('x', 2_000_000)), Turn(2)], keepGoing: true);

        (importer.Imported, importer.Bad).ShouldBe((1, 1));
        _reports.Single().ShouldContain("value-too-large");
    }

    async Task<Importer> ImportAsync(IEnumerable<string> lines, LossyHandler? network = null, int attempts = 6, bool keepGoing = false)
    {
        using var http = new HttpClient(network ?? new LossyHandler(_ => false)) { BaseAddress = cluster.Address };
        using var client = new MemoryClient(http, cluster.ClientOptions with { MaxAttempts = attempts, BaseDelay = TimeSpan.Zero });
        var importer = new Importer(client, new ImportOptions(null, Parallel: 4, keepGoing))
        {
            Report = line =>
            {
                lock (_reports)
                    _reports.Add(line);
            },
        };
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        await importer.RunAsync(file, CancellationToken.None);
        return importer;
    }

    async Task ShouldHoldEachTurnOnceAsync(int count)
    {
        using var client = new MemoryClient(cluster.Address, cluster.ClientOptions);
        var page = (await client.Space(_space).Session("D1").ReadAsync(new TurnsOptions { Limit = 1000, Consistency = ConsistencyLevel.Strong }))!;
        page.Turns.Select(turn => turn.GetText()).ShouldBe(Enumerable.Range(1, count).Select(i => $"Hello {i}"));
        page.Turns.ShouldAllBe(turn => turn.Agent == "Ann");
        var memories = await client.Space(_space).Memories.ListAsync(new MemoryListOptions { Consistency = ConsistencyLevel.Strong }).ToListAsync();
        memories.Select(memory => (memory.Memory.Source!.Turn, memory.Memory.Text)).Order().ShouldBe(Enumerable.Range(1, count).Select(i => ((long?)i, $"Hello {i}")));
    }

    string[] Turns(int first, int last) => [.. Enumerable.Range(first, last).Select(i => Turn(i))];

    string Turn(int number, string? text = null) =>
        $$"""{"space": "{{_space}}", "session": "D1", "turn": "{{number}}", "speaker": "Ann", "at": "2026-01-02T10:00:00Z", "text": "{{text ?? $"Hello {number}"}}"}""";
}
