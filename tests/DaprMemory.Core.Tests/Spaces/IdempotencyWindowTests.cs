using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Spaces;

/// <summary>How long a request is remembered.</summary>
public sealed class IdempotencyWindowTests
{
    static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_000);

    [Fact]
    public void Window_keeps_the_newest_ten_thousand()
    {
        var window = new IdempotencyWindow();
        for (var n = 1; n <= 101; n++)
            window.Apply(NewCommit(n, Start, 100));

        window.Count.ShouldBe(IdempotencyWindow.Capacity);
        window.TryGet(IdempotencyWindow.Identify("a", "1-99"), out _).ShouldBeFalse();
        window.TryGet(IdempotencyWindow.Identify("a", "2-0"), out var item).ShouldBeTrue();
        item.Place.ShouldBe(new ETag(2, 0));
    }

    [Fact]
    public void Window_forgets_after_a_day_of_the_log()
    {
        var window = new IdempotencyWindow();
        window.Apply(NewCommit(1, Start, 1));
        window.Apply(NewCommit(2, Start + TimeSpan.FromHours(24), 1));
        window.TryGet(IdempotencyWindow.Identify("a", "1-0"), out _).ShouldBeTrue();

        window.Apply(NewCommit(3, Start + TimeSpan.FromHours(24) + TimeSpan.FromMilliseconds(1), 1));
        window.TryGet(IdempotencyWindow.Identify("a", "1-0"), out _).ShouldBeFalse();
    }

    [Fact]
    public void Agents_with_the_same_key_do_not_meet() =>
        IdempotencyWindow.Identify("a", "k").ShouldNotBe(IdempotencyWindow.Identify("b", "k"));

    static Commit NewCommit(long number, DateTimeOffset at, int entries) =>
        new(number, Guid.Empty, default, at, [.. Enumerable.Range(0, entries).Select(i => new Entry("a", $"{number}-{i}", 1, []))]);
}
