using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Upkeep;

/// <summary>
/// Something that has to be done for spaces now and then, in the background. It rests on nothing but what is stored, so that it may be interrupted
/// anywhere, done again, and done by two at once.
/// </summary>
public interface ISpaceDuty
{
    /// <summary>Its name in reminders, progress and metrics.</summary>
    string Name { get; }

    /// <summary>Tells which of some spaces, all of one tenant, seem to need it: a cheap look, which may err either way. Directories may be among them.</summary>
    /// <exception cref="Log.StoreUnavailableException">The store can't be read now.</exception>
    Task<IReadOnlyList<SpaceId>> FindDueAsync(IReadOnlyList<SpaceId> spaces, CancellationToken cancellationToken);

    /// <summary>Does what the space needs.</summary>
    /// <returns><c>false</c>: not all of it could be done now.</returns>
    /// <exception cref="Log.StoreUnavailableException">The store can't be used now.</exception>
    /// <exception cref="Log.LogCorruptException">The space's log does not verify.</exception>
    Task<bool> RunAsync(SpaceId space, CancellationToken cancellationToken);
}
