using System.Threading.Channels;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Audit;

/// <summary>
/// Writes down who read what of one tenant, beside the requests: they only leave a note, and never wait. The notes are written in batches to a space of
/// the tenant that the system keeps, in which each node overwrites one record: its view stays small, and its log, chained and signed as every other, is
/// the trail. A crash loses what waits, the last second's as a rule.
/// </summary>
public sealed class ReadTrail : IAsyncDisposable
{
    /// <summary>The name of the space that has the trail: no client's space begins so.</summary>
    public const string SpaceName = "@reads";

    const int MaxBatch = 1000;
    const int MaxBatchBytes = 256 * 1024;

    /// <summary>How long a batch is tried to be written before it counts as dropped.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly SpaceRegistry _spaces;
    readonly SpaceId _space;
    readonly RecordKey _key;
    readonly ReadTrailOptions _options;
    readonly TimeProvider _time;
    readonly Channel<ReadRecord> _waiting;
    readonly CancellationTokenSource _draining = new();
    readonly CancellationTokenSource _stopping = new();
    readonly Task _running;
    long _dropped;
    int _isDisposed;

    /// <summary>Begins a trail.</summary>
    /// <param name="spaces">The spaces of this node.</param>
    /// <param name="tenant">Whose reads it is about.</param>
    /// <param name="shard">The name of this node.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="time">The clock.</param>
    public ReadTrail(SpaceRegistry spaces, string tenant, string shard, ReadTrailOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _spaces = spaces;
        _space = new SpaceId(tenant, SpaceName);
        _key = new RecordKey(RecordKind.State, shard);
        _options = options;
        _time = time;
        _waiting = Channel.CreateBounded<ReadRecord>(new BoundedChannelOptions(options.MaxWaiting) { SingleReader = true });
        _running = Task.Run(RunAsync);
    }

    /// <summary>Notes a read, or counts it if there is no room. Never waits.</summary>
    public void Note(ReadRecord read)
    {
        if (!_waiting.Writer.TryWrite(read))
            Drop(1);
        else
            CoreInstruments.ReadsNoted.Add(1);
    }

    /// <summary>Takes no more notes and writes those that wait; when the token ends the wait, the rest is given up.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _draining.CancelAsync().ConfigureAwait(false);
        using (cancellationToken.UnsafeRegister(static stopping => ((CancellationTokenSource)stopping!).Cancel(), _stopping))
            await _running.ConfigureAwait(false);
    }

    /// <summary>Drains with no time to wait.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await DrainAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _draining.Dispose();
        _stopping.Dispose();
    }

    /// <summary>What a commit of the trail tells: its reads, and before them how many are missing.</summary>
    internal static IEnumerable<AuditEvent> Expand(string space, Commit commit)
    {
        var keyId = AuditTrail.KeyIdOf(commit.Signature);
        foreach (var change in commit.Entries.SelectMany(entry => entry.Changes))
        {
            if (change.Content?.Json is not { } json || ReadBatch.TryParse(json.Span) is not { } batch)
                continue;
            if (batch.Dropped > 0)
                yield return new AuditedRead(change.Key.Key, new ReadRecord(commit.At, SpaceDirectory.Keeper, null, "", "", null, 0), keyId, batch.Dropped);
            foreach (var read in batch.Reads)
                yield return new AuditedRead(change.Key.Key, read, keyId);
        }
    }

    async Task RunAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false) && !_stopping.IsCancellationRequested)
        {
            if (_waiting.Reader.Count < MaxBatch)
                await Task.Delay(_options.Interval, _time, _draining.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync(TakeBatch()).ConfigureAwait(false);
        }
        if (Volatile.Read(ref _dropped) > 0)
            await WriteAsync(new ReadBatch([], Interlocked.Exchange(ref _dropped, 0))).ConfigureAwait(false);
        Drop(_waiting.Reader.Count);
    }

    ReadBatch TakeBatch()
    {
        var reads = new List<ReadRecord>();
        for (var bytes = 0; reads.Count < MaxBatch && bytes < MaxBatchBytes && _waiting.Reader.TryRead(out var read); bytes += read.Bytes)
            reads.Add(read);
        return new ReadBatch(reads, Interlocked.Exchange(ref _dropped, 0));
    }

    async Task WriteAsync(ReadBatch batch)
    {
        // One key for all attempts: what landed the first time is not written twice.
        var request = new WriteRequest(SpaceDirectory.Keeper, $"reads-{Guid.NewGuid():n}", 0, [new Mutation(_key, MutationKind.Put, batch.ToJson())]);
        var began = _time.GetTimestamp();
        while (!await TryWriteAsync(request).ConfigureAwait(false))
        {
            if (_stopping.IsCancellationRequested || _time.GetElapsedTime(began) > Patience)
            {
                Interlocked.Add(ref _dropped, batch.Dropped);
                Drop(batch.Reads.Count);
                return;
            }
            await Task.Delay(Pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<bool> TryWriteAsync(WriteRequest request)
    {
        try
        {
            var space = await _spaces.OpenAsync(_space, _stopping.Token).ConfigureAwait(false);
            return await space.WriteAsync(request, _stopping.Token).ConfigureAwait(false) is WriteOutcome.Committed;
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException or LogCorruptException)
        {
            // A trail that is not as it was written takes nothing more; what it should have taken is counted.
            return false;
        }
    }

    void Drop(long count)
    {
        if (count == 0)
            return;
        Interlocked.Add(ref _dropped, count);
        CoreInstruments.ReadsDropped.Add(count);
    }
}
