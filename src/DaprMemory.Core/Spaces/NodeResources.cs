using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>What the spaces of a node share.</summary>
/// <param name="Store">The strong store.</param>
/// <param name="Cache">Values in this node's memory.</param>
/// <param name="Hot">Values in the hot store, if there is one.</param>
/// <param name="Publisher">Tells other nodes of commits, if there are any.</param>
/// <param name="Options">How spaces are kept.</param>
/// <param name="Time">The clock.</param>
/// <param name="Directory">Where spaces are entered before their first commit.</param>
internal sealed record NodeResources(
    ICommitStore Store, ValueCache Cache, HotValues? Hot, ICommitPublisher? Publisher, SpaceOptions Options, TimeProvider Time, SpaceDirectory Directory)
{
    /// <summary>What a space gets. Directories are read from their logs alone, and only by those who ask: no events, and no values worth keeping.</summary>
    public NodeResources For(SpaceId space) => space.IsDirectory ? this with { Hot = null, Publisher = null } : this;
}
