using System.Collections.Concurrent;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>Counts calls while they come to their ends. From any thread.</summary>
internal sealed class CallTally
{
    const int MaxExamples = 5;

    readonly ConcurrentQueue<string> _unexpected = new();
    long _done;
    long _retried;
    long _unexpectedCount;

    /// <summary>How many calls have ended.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>How many of them were answered only after retries.</summary>
    public long Retried => Interlocked.Read(ref _retried);

    /// <summary>How many answers were none that the API knows for such a call.</summary>
    public long Unexpected => Interlocked.Read(ref _unexpectedCount);

    /// <summary>Some of those.</summary>
    public IReadOnlyCollection<string> Examples => _unexpected;

    /// <summary>Counts a call.</summary>
    public void Count(Operation intent, Reply reply, Outcome outcome)
    {
        Interlocked.Increment(ref _done);
        if (reply is { Status: not null, Attempts: > 1 })
            Interlocked.Increment(ref _retried);
        if (reply.Status is { } status && outcome is Outcome.Unknown or Outcome.Failed)
            Note($"{intent.Kind} {intent.Space}/{intent.Key}: {(int)status} {reply.Body}");
    }

    /// <summary>Counts an answer that is none that the API knows.</summary>
    public void Note(string what)
    {
        if (Interlocked.Increment(ref _unexpectedCount) <= MaxExamples)
            _unexpected.Enqueue(what);
    }
}
