using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Memories;

/// <summary>Looks for memories that are much like one that is about to be added, as the tenant's policy says.</summary>
internal sealed class NearDuplicates(IOptions<MemoryServiceOptions> options, TimeProvider time)
{
    /// <summary>What the tenant wants.</summary>
    public string PolicyOf(string tenant) =>
        options.Value.Policies.TryGetValue(tenant, out var policy) ? policy.NearDuplicates : NearDuplicatePolicy.Link;

    /// <summary>Finds them, the most alike first. None when the index is not there in time: a write does not wait long for that.</summary>
    public async Task<IReadOnlyList<SimilarMemory>> FindAsync(Space space, NewMemory memory, CancellationToken cancellationToken)
    {
        // What was said in a conversation is kept as it was said, and what is there already is no near duplicate.
        if (PolicyOf(space.Id.Tenant) == NearDuplicatePolicy.Off || memory.Content.Source is not null || space.View.TryGet(memory.Key, time.GetUtcNow(), out _))
            return [];
        using var patience = new CancellationTokenSource(options.Value.NearDuplicatePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await space.Memories.FindSimilarAsync(memory.Content.Text, memory.Id, either.Token);
        }
        catch (Exception e) when (e is StoreUnavailableException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The memory is added all the same: near ones are linked for convenience, exact ones are found in the log.
            return [];
        }
    }
}
