using DaprMemory.Core.Sessions;

namespace DaprMemory.Core.Tests.Sessions;

public sealed class SummaryTests
{
    static readonly SessionsOptions Often = new() { SummaryAfterTurns = 10, UnsummarizedTurns = 5, SummaryTokens = 100 };

    readonly FaultyStore.Shared _strong = new();
    readonly FaultyStore.Shared _hot = new();

    [Fact]
    public async Task Summaries_are_extended_by_what_followed_and_never_begin_again()
    {
        var summarizer = new Recorder();
        var node = NewNode(summarizer);
        await SayAsync(node, 1, 100);

        summarizer.Runs.Count.ShouldBeInRange(2, 10);
        summarizer.Runs.SelectMany(run => run.Turns).ShouldBe(Enumerable.Range(1, summarizer.Runs.Sum(run => run.Turns.Count)).Select(n => (long)n), "each turn once, in order");
        summarizer.Runs[0].Previous.ShouldBeNull();
        summarizer.Runs.Skip(1).ShouldAllBe(run => run.Previous != null);

        // A node that has just started goes on where the others ended.
        var other = new Recorder();
        await SayAsync(NewNode(other), 101, 140);
        other.Runs[0].Turns[0].ShouldBe(summarizer.Runs[^1].Turns[^1] + 1);
        other.Runs[0].Previous.ShouldNotBeNull();
    }

    [Fact]
    public async Task Summary_tells_of_all_that_the_read_cut_off_and_of_nothing_else()
    {
        var node = NewNode(new Recorder());
        await SayAsync(node, 1, 100);
        var session = (await node.FindAsync("s"))!;
        for (var cut = 1; cut <= 100; cut++)
        {
            var summary = (await session.SummarizeAsync(cut, default)).ShouldNotBeNull();
            (summary.From, summary.UpTo).ShouldBe((1, cut));
        }
        (await session.SummarizeAsync(0, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Summary_says_how_it_was_made()
    {
        var node = NewNode(new Recorder());
        await SayAsync(node, 1, 100);
        var session = (await node.FindAsync("s"))!;
        var kept = await new SummaryStore(new FaultyStore(_hot, new Random(1)), _hot.Values.Keys.Single(key => key.EndsWith(":m", StringComparison.Ordinal)), TimeSpan.FromDays(1)).LoadAsync(default);
        (await session.SummarizeAsync(kept.Summaries[0].UpTo, default))!.Method.ShouldBe("recorder");
        (await session.SummarizeAsync(kept.Summaries[0].UpTo + 1, default))!.Method.ShouldBe("recorder+extractive");
        (await session.SummarizeAsync(2, default))!.Method.ShouldBe("extractive");
    }

    [Fact]
    public async Task Without_a_model_that_answers_the_summary_is_made_on_the_spot_and_later_by_the_model()
    {
        var summarizer = new Recorder { IsDown = true };
        var node = NewNode(summarizer);
        await SayAsync(node, 1, 40);
        var session = (await node.FindAsync("s"))!;
        (await session.SummarizeAsync(30, default))!.Method.ShouldBe("extractive");
        summarizer.IsDown = false;
        await SayAsync(node, 41, 41);
        (await session.SummarizeAsync(36, default))!.Method.ShouldBe("recorder");
        summarizer.Runs.SelectMany(run => run.Turns).ShouldBe(Enumerable.Range(1, 36).Select(n => (long)n));
    }

    [Fact]
    public async Task Few_but_long_turns_are_summarized_too()
    {
        var summarizer = new Recorder();
        var node = new SessionNode(_strong, _hot, summarizer: summarizer, options: Often with { SummaryAfterTurns = 1000, SummaryAfterBytes = 10_000 });
        for (var i = 0; i < 8; i++)
            await node.SayAsync("s", new string('x', 2000));
        await node.SettleAsync("s");
        summarizer.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Extract_has_names_numbers_and_what_is_spoken_of_and_keeps_to_its_length()
    {
        var counter = new ByteTokenCounter();
        string[] said =
        [
            "Hello! How are you?", "Fine, thanks.", "Let us plan the trip to Lisbon in March.", "Okay.", "The flight to Lisbon costs 240 euros.",
            "Well, yes.", "I would rather like that.", "Lisbon hotel Aurora is booked from March 3 to March 9.", "Great, thank you!", "Sure.",
        ];
        var turns = said.Select((text, i) => SessionNode.Say(text, i % 2 == 0 ? "ann" : "bob") with { Number = i + 1 }).ToList();
        var summary = await SummarizeAsync(turns, 30);
        summary.ShouldBe(await SummarizeAsync(turns, 30));
        summary.ShouldBe("ann: The flight to Lisbon costs 240 euros.\nbob: Lisbon hotel Aurora is booked from March 3 to March 9.");
        counter.Count(summary).ShouldBeLessThanOrEqualTo(30);
        (await SummarizeAsync(turns, 400)).ShouldContain("plan the trip");

        var extended = await new ExtractiveSummarizer(counter).SummarizeAsync(summary, [SessionNode.Say("The visa office opens at 9.")], 42, default);
        extended.ShouldBe(summary + "\nann: The visa office opens at 9.");

        Task<string> SummarizeAsync(List<Turn> of, int tokens) => new ExtractiveSummarizer(counter).SummarizeAsync(null, of, tokens, default);
    }

    SessionNode NewNode(ISummarizer summarizer) => new(_strong, _hot, options: Often, summarizer: summarizer);

    static async Task SayAsync(SessionNode node, int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            await node.SayAsync("s", $"fact {i}");
            await node.SettleAsync("s");
        }
    }

    sealed class Recorder : ISummarizer
    {
        public string Method => "recorder";

        public bool IsDown { get; set; }

        public List<(string? Previous, List<long> Turns)> Runs { get; } = [];

        public Task<string> SummarizeAsync(string? previous, IReadOnlyList<Turn> turns, int maxTokens, CancellationToken cancellationToken)
        {
            if (IsDown)
                throw new SummarizerException("down");
            Runs.Add((previous, [.. turns.Select(turn => turn.Number)]));
            return Task.FromResult($"{turns[0].Number}-{turns[^1].Number}");
        }
    }
}
