using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using DaprMemory.Client;

namespace DaprMemory.Cli.Import;

/// <summary>
/// Brings turns into their sessions, each once and in the order of the file, and has them remembered. What a session has already is read from
/// there; so an import that was interrupted is finished by running it again. One run.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle: nothing to release.")]
internal sealed class Importer(MemoryClient client, ImportOptions options)
{
    /// <summary>The most turns that wait for their batches to be full: a file may have more sessions than fit into memory.</summary>
    const int MaxWaiting = 16 * 1024;

    readonly Dictionary<(string Space, string Session), ImportedSession> _sessions = [];
    readonly SemaphoreSlim _places = new(options.Parallel);
    long _imported, _alreadyThere, _bad, _conflicts, _done;
    volatile bool _ended;
    Exception? _failure;

    /// <summary>Takes complaints about single lines; from any thread.</summary>
    public required Action<string> Report { get; set; }

    /// <summary>The turns appended by this run.</summary>
    public long Imported => Volatile.Read(ref _imported);

    /// <summary>The turns that were there, and the same.</summary>
    public long AlreadyThere => Volatile.Read(ref _alreadyThere);

    /// <summary>The lines that are no turns, or that the service refused.</summary>
    public long Bad => Volatile.Read(ref _bad);

    /// <summary>The turns that are there under the same name, and others.</summary>
    public long Conflicts => Volatile.Read(ref _conflicts);

    /// <summary>The lines dealt with.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>A line ended the import before the end of the file.</summary>
    public bool Ended => _ended;

    /// <exception cref="MemoryException">The service can't be reached; what was written stays.</exception>
    public async Task RunAsync(Stream file, CancellationToken cancellationToken)
    {
        var waiting = 0;
        await foreach (var (number, line) in FileLines.ReadAsync(file, cancellationToken))
        {
            if (_ended || Volatile.Read(ref _failure) is not null)
                break;
            // A blank line is no record in JSON lines.
            if (line.Span.Trim(" \t"u8).IsEmpty)
                continue;
            if (!TurnParser.TryParse(number, line, options.Into, out var turn, out var error))
            {
                Refuse(number, error, ref _bad);
                continue;
            }
            var session = SessionOf(turn);
            if (session.Add(turn) is { } full)
                await BeginAsync(session, full, cancellationToken);
            if (++waiting % MaxWaiting == 0)
                await Task.WhenAll(await FlushAsync(cancellationToken));
        }
        await Task.WhenAll(await FlushAsync(cancellationToken));
        if (Volatile.Read(ref _failure) is null)
        {
            foreach (var session in _sessions.Values)
                await BeginAsync(session, () => session.RememberAsync(cancellationToken), cancellationToken);
            await Task.WhenAll(_sessions.Values.Select(session => session.Running));
        }
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    ImportedSession SessionOf(Turn turn)
    {
        if (!_sessions.TryGetValue((turn.Space, turn.Session), out var session))
            _sessions.Add((turn.Space, turn.Session), session = new ImportedSession(client.Space(turn.Space).Session(turn.Session), turn.Space));
        return session;
    }

    async Task<IEnumerable<Task>> FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var session in _sessions.Values)
        {
            if (session.TakeBatch() is { Count: > 0 } rest)
                await BeginAsync(session, rest, cancellationToken);
        }
        return _sessions.Values.Select(session => session.Running);
    }

    Task BeginAsync(ImportedSession session, List<Turn> batch, CancellationToken cancellationToken) =>
        BeginAsync(session, () => ImportAsync(session, batch, cancellationToken), cancellationToken);

    /// <summary>Has something done for a session as soon as there is room for it, and only if nothing has failed.</summary>
    async Task BeginAsync(ImportedSession session, Func<Task> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        session.Then(async () =>
        {
            try
            {
                if (Volatile.Read(ref _failure) is null)
                    await work();
            }
#pragma warning disable CA1031 // Whatever it is, it is thrown when what is under way has ended.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }
            finally
            {
                _places.Release();
            }
        });
    }

    async Task ImportAsync(ImportedSession session, List<Turn> batch, CancellationToken cancellationToken)
    {
        var missing = new List<Turn>();
        foreach (var turn in batch)
        {
            switch (await session.CompareAsync(turn, cancellationToken))
            {
                case null:
                    missing.Add(turn);
                    break;
                case true:
                    Interlocked.Increment(ref _alreadyThere);
                    break;
                default:
                    Refuse(turn.Line, $"turn {turn.Name} of session {turn.Session} is there, and is another", ref _conflicts);
                    break;
            }
        }
        if (missing.Count > 0 && !await TryAppendAsync(session, missing, cancellationToken))
        {
            // One of them: which?
            foreach (var turn in missing)
                await TryAppendAsync(session, [turn], cancellationToken);
        }
        Interlocked.Add(ref _done, batch.Count);
    }

    /// <summary><c>false</c>: the service refuses several turns together.</summary>
    async Task<bool> TryAppendAsync(ImportedSession session, List<Turn> turns, CancellationToken cancellationToken)
    {
        try
        {
            await session.AppendAsync(turns, cancellationToken);
            Interlocked.Add(ref _imported, turns.Count);
        }
        catch (MemoryException e) when (!e.IsUnavailable)
        {
            if (turns is not [var turn])
                return false;
            Refuse(turn.Line, e.Message, ref _bad);
        }
        return true;
    }

    void Refuse(long line, string why, ref long counter)
    {
        Interlocked.Increment(ref counter);
        Report($"line {line}: {why}");
        _ended |= !options.KeepGoing;
    }
}
