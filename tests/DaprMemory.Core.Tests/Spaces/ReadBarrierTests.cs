using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Tests.Spaces;

public sealed class ReadBarrierTests
{
    /// <summary>A caller that came in the instant in which a run ended left its own run behind as the one that everybody after it would share.</summary>
    [Fact]
    public async Task Run_that_ends_while_a_caller_joins_is_never_what_later_callers_get()
    {
        var began = 0;
        var barrier = new ReadBarrier(() =>
        {
            Interlocked.Increment(ref began);
            return Task.CompletedTask;
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                var before = Volatile.Read(ref began);
                await barrier.JoinAsync();
                Volatile.Read(ref began).ShouldBeGreaterThan(before);
            }
        })));
    }
}
