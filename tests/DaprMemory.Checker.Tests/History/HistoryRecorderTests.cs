using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.History;

/// <summary>What the recorder keeps of a call.</summary>
public sealed class HistoryRecorderTests
{
    readonly SimulationClock _clock = new() { Nanoseconds = 1_000 };

    [Fact]
    public void Answered_call_has_its_times_since_the_start_and_its_answer()
    {
        var recorder = new HistoryRecorder(_clock);
        _clock.Nanoseconds += 5;
        var call = recorder.Client(3).Begin(new Operation { Space = "s", Key = "k", Kind = OperationKind.Put, Value = "v" });
        _clock.Nanoseconds += 7;
        call.End(new Answer(Outcome.Ok, new Place(4, 1), Version: 4));

        var operation = recorder.Snapshot().ShouldHaveSingleItem();
        (operation.Client, operation.Begin, operation.End, operation.Outcome, operation.ETag, operation.Version, operation.Value)
            .ShouldBe((3, 5, 12, Outcome.Ok, new Place(4, 1), 4, "v"));
    }

    [Fact]
    public void Call_that_never_ended_is_unknown_and_open_for_ever()
    {
        var recorder = new HistoryRecorder(_clock);
        recorder.Client(1).Begin(new Operation { Space = "s", Key = "k", Kind = OperationKind.Put, Value = "v", Outcome = Outcome.Ok });

        var operation = recorder.Snapshot().ShouldHaveSingleItem();
        (operation.Outcome, operation.End).ShouldBe((Outcome.Unknown, Operation.Never));
    }

    [Fact]
    public void Read_takes_the_value_of_the_answer()
    {
        var recorder = new HistoryRecorder(_clock);
        recorder.Client(1).Begin(new Operation { Space = "s", Key = "k" }).End(new Answer(Outcome.Ok, new Place(1, 0), "v", 1));

        recorder.Snapshot().ShouldHaveSingleItem().Shown.ShouldBe([new ReadItem("k", new Place(1, 0), "v")]);
    }

    [Fact]
    public async Task Many_threads_and_clients_lose_no_call_and_share_no_id()
    {
        var recorder = new HistoryRecorder(TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
                recorder.Client(thread / 2).Begin(new Operation { Space = "s", Key = "k", Kind = OperationKind.Put, Value = $"{thread}-{i}" }).End(new Answer(Outcome.Ok));
        })));

        var operations = recorder.Snapshot();
        operations.Count.ShouldBe(32_000);
        operations.Select(operation => operation.Id).Distinct().Count().ShouldBe(32_000);
        operations.Select(operation => operation.Value).Distinct().Count().ShouldBe(32_000);
        operations.ShouldAllBe(operation => operation.Outcome == Outcome.Ok && operation.Begin <= operation.End);
    }
}
