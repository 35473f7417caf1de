using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Consistency;

/// <summary>Finds what a write depends on in other spaces. It goes into the log and binds all who read the write, so nothing goes there unproved.</summary>
internal sealed class WriterDependencies(SpaceRegistry registry)
{
    const int Parallelism = 8;

    /// <summary>Gives what the writer has seen in other spaces beyond what the space's log says already; null for nothing.</summary>
    /// <exception cref="StoreUnavailableException">It can't be proved now that the token's versions exist.</exception>
    public async ValueTask<(DependencySet? Dependencies, Problem? Problem)> FindAsync(SpaceCall call, View view, CancellationToken cancellationToken)
    {
        if (call.Token is { HasMore: false, Others.Count: 0 })
            return default;
        var known = view.Dependencies;
        var news = call.Token.Others
            .Select(seen => KeyValuePair.Create(seen.Space, seen.Version))
            .Where(seen => !ReferenceEquals(known.Merge([seen]), known))
            .ToList();
        var isForged = false;
        await Parallel.ForEachAsync(
            news,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (seen, token) =>
            {
                var space = await registry.OpenAsync(new SpaceId(call.Id.Tenant, seen.Key), token);
                if (await space.ReachAsync(ConsistencyLevel.Session, seen.Value, token) is null)
                    Volatile.Write(ref isForged, true);
            });
        if (isForged)
            return (null, Problem.Invalid(
                ProblemTypes.InvalidToken, "a token names versions that exist", $"{MemoryHeaders.Token} names a version that another space does not have"));
        if (call.Token.HasMore)
            news.Add(KeyValuePair.Create(MemoryToken.More, 1L));
        var dependencies = DependencySet.Of(news);
        return (ReferenceEquals(known.Merge(dependencies), known) ? null : dependencies, null);
    }
}
