using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Watch;

/// <summary>Makes streams of commits.</summary>
internal sealed class CommitStreamFactory(SpaceRegistry registry, IOptions<WatchOptions> options, TimeProvider time)
{
    readonly SharedReads _reads = new();

    /// <summary>A stream of one watcher.</summary>
    /// <param name="id">The space.</param>
    /// <param name="after">The commit behind which it begins.</param>
    /// <param name="prefix">What a state key must begin with for its commit to be sent; empty for all commits.</param>
    public CommitStream Create(SpaceId id, long after, string prefix) => new(registry, _reads, options.Value, time, id, after, prefix);
}
