namespace DaprMemory.Curator.Tests.Support;

/// <summary>Where a curator dies: at its n-th change of the world, before or after that takes effect.</summary>
internal sealed class CrashPoint(int at, bool isAfter)
{
    int _changes;

    /// <summary>Whether it got so far.</summary>
    public bool IsReached => Volatile.Read(ref _changes) >= at;

    /// <summary>Makes a change, if it lives to.</summary>
    public async Task<bool> ChangeAsync(Func<Task<bool>> change)
    {
        var number = Interlocked.Increment(ref _changes);
        if (number < at)
            return await change();
        if (number == at && isAfter)
            await change();
        return false;
    }
}
