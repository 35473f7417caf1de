using DaprMemory.Router.Shards;
using FsCheck;
using FsCheck.Fluent;

namespace DaprMemory.Router.Tests.Shards;

public sealed class LatencyWindowTests
{
    [Fact]
    public void Latency_is_told_to_an_eighth() => Check.QuickThrowOnFailure(Prop.ForAll<uint>(any =>
    {
        var latency = TimeSpan.FromMicroseconds(any % 100_000_000);
        var told = Of(latency).P99;
        told.ShouldBeGreaterThan(latency);
        told.ShouldBeLessThanOrEqualTo((latency * 1.125) + TimeSpan.FromMicroseconds(1));
    }));

    [Fact]
    public void Latencies_beyond_all_bounds_are_taken()
    {
        Of(TimeSpan.FromHours(1)).P99.ShouldBeGreaterThan(TimeSpan.FromMinutes(2));
        Of(TimeSpan.FromTicks(-1)).P99.ShouldBe(TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void Quantiles_are_by_rank()
    {
        var window = new LatencyWindow();
        for (var i = 1; i <= 200; i++)
            window.Record(TimeSpan.FromMilliseconds(i <= 198 ? 1 : 500));
        var two = window.Turn();
        (two.Count, two.CountAbove(TimeSpan.FromMilliseconds(50))).ShouldBe((200, 2));
        two.P99.ShouldBeLessThan(TimeSpan.FromMilliseconds(2));

        window.Record(TimeSpan.FromMilliseconds(500));
        var three = window.Turn();
        three.P99.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(500));
        three.Median.ShouldBeLessThan(TimeSpan.FromMilliseconds(2));
    }

    [Fact]
    public void Answers_are_forgotten_after_a_window_and_not_before()
    {
        var window = new LatencyWindow();
        window.Record(TimeSpan.FromMilliseconds(1));
        for (var turn = 0; turn < LatencyWindow.Slices; turn++)
            window.Turn().Count.ShouldBe(1);
        window.Turn().Count.ShouldBe(0);
    }

    static LatencySnapshot Of(TimeSpan latency)
    {
        var window = new LatencyWindow();
        window.Record(latency);
        return window.Turn();
    }
}
