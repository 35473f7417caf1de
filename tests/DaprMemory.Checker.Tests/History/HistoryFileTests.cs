using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.History;

/// <summary>That a stored history is the history.</summary>
public sealed class HistoryFileTests
{
    [Fact]
    public async Task Stored_history_is_loaded_as_it_was_and_breaks_the_same_promises()
    {
        var history = new Simulation(5, Bug.LostUpdate) { Talk = 0.3 }.Run();

        var loaded = await RoundTripAsync(history);

        loaded.Seed.ShouldBe(history.Seed);
        loaded.Log.ShouldBe(history.Log);
        Bare(loaded.Final).ShouldBe(Bare(history.Final));
        Bare(loaded.Operations).ShouldBe(Bare(history.Operations));
        loaded.Operations.SelectMany(operation => operation.Turns ?? []).ShouldBe(history.Operations.SelectMany(operation => operation.Turns ?? []));
        loaded.Operations.SelectMany(operation => operation.Shown).ShouldBe(history.Operations.SelectMany(operation => operation.Shown));
        HistoryChecker.Check(loaded, Simulation.Options).Violations.Select(violation => violation.Message)
            .ShouldBe(HistoryChecker.Check(history, Simulation.Options).Violations.Select(violation => violation.Message));
    }

    // Lists are compared by themselves.
    static IEnumerable<Operation> Bare(IEnumerable<Operation> operations) => operations.Select(operation => operation with { Items = null, Turns = null });

    [Fact]
    public async Task Log_that_was_not_read_is_not_an_empty_log()
    {
        (await RoundTripAsync(new RecordedHistory { Operations = [] })).Log.ShouldBeNull();
        (await RoundTripAsync(new RecordedHistory { Operations = [], Log = [] })).Log.ShouldBe([]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"op\":{\"key\":\"no space\"}}")]
    [InlineData("not json")]
    public async Task Foreign_line_is_refused_by_its_number(string line)
    {
        var refusal = await Should.ThrowAsync<InvalidDataException>(() => HistoryFile.LoadAsync(new StringReader("{\"header\":{\"seed\":1}}\n" + line)));
        refusal.Message.ShouldStartWith("Line 2 ");
    }

    static async Task<RecordedHistory> RoundTripAsync(RecordedHistory history)
    {
        using var text = new StringWriter();
        await HistoryFile.SaveAsync(history, text);
        return await HistoryFile.LoadAsync(new StringReader(text.ToString()));
    }
}
