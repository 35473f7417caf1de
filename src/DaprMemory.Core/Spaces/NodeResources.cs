using DaprMemory.Core.Audit;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>What the spaces of a node share.</summary>
/// <param name="Store">The strong store.</param>
/// <param name="Cache">Values in this node's memory.</param>
/// <param name="Hot">Values in the hot store, if there is one.</param>
/// <param name="Publisher">Tells other nodes of commits, if there are any.</param>
/// <param name="Options">How spaces are kept.</param>
/// <param name="Time">The clock.</param>
/// <param name="NewIndex">Makes an empty index of a space's memories.</param>
/// <param name="Signer">Signs commits, if there is a key.</param>
/// <param name="Embeddings">Makes vectors of memories, if there is a model.</param>
/// <param name="FormerEmbeddings">The model before that one, which answers queries where the new one's vectors are not there yet; null if there was none.</param>
/// <param name="Directory">Where spaces are entered before their first commit.</param>
internal sealed record NodeResources(
    ICommitStore Store,
    ValueCache Cache,
    HotValues? Hot,
    ICommitPublisher? Publisher,
    SpaceOptions Options,
    TimeProvider Time,
    Func<SpaceId, IMemoryIndex> NewIndex,
    ICommitSigner? Signer,
    EmbeddingScheduler? Embeddings,
    EmbeddingScheduler? FormerEmbeddings,
    SpaceDirectory Directory)
{
    /// <summary>
    /// These, for one space: the store has the keys of its tenant only. Directories are read from their logs alone, and only by those who ask: no events,
    /// and no values worth keeping.
    /// </summary>
    public NodeResources For(SpaceId space)
    {
        var own = this with { Store = new TenantStore(Store, space.Tenant) };
        return space.IsDirectory ? own with { Hot = null, Publisher = null } : own;
    }
}
