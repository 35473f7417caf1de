namespace DaprMemory.Service.Commits;

/// <summary>A stretch of a space's log.</summary>
/// <param name="Items">The commits as they stand in the log, in order.</param>
/// <param name="Next">What to pass as <c>after</c> to read on; absent at the log's end.</param>
/// <param name="Version">The number of the newest commit.</param>
internal sealed record CommitList(IReadOnlyList<RawJson> Items, long? Next, long Version);
