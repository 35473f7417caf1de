using System.Buffers;
using System.Text.Json;
using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// Draws facts from what was remembered of a session, in the background. They are written together with the session's record, which says how
/// far that has come; the same fact, drawn again, is the same memory.
/// </summary>
internal sealed class SessionFacts(Session session, SessionMemories memories, RememberPolicy policy, IFactExtractor extractor, TimeProvider time)
{
    /// <summary>The tag that tells facts from what was said.</summary>
    public const string Tag = "fact";

    /// <summary>How many turns a model is given at once, and about how much text.</summary>
    const int MaxTurns = 32, MaxLength = 16 * 1024;

    const int MaxFacts = 64;
    const int MaxFactLength = 1000;

    /// <summary>So often the same turns may give rubbish; then there are no facts in them.</summary>
    const int MaxRubbish = 3;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly SingleFlight _flight = new();
    int _rubbish;

    public bool IsBusy => _flight.IsBusy;

    /// <summary>Begins to draw facts from what was remembered meanwhile, if there is something.</summary>
    public void Begin(CancellationToken stopping) => _flight.Run(() => ExtractAllAsync(stopping));

    public Task DrainAsync(CancellationToken cancellationToken) => _flight.DrainAsync(cancellationToken);

    async Task ExtractAllAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested && await TryExtractAsync(stopping).ConfigureAwait(false))
            {
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node stops: another one goes on behind the next append.
        }
        catch (Exception e) when (e is StoreUnavailableException or ExtractorException or SessionCorruptException or LogCorruptException or OperationCanceledException)
        {
            // So does this one.
            SessionInstruments.ExtractFailures.Add(1);
        }
    }

    /// <summary>Draws facts from the next turns; <c>false</c>: there are none.</summary>
    async Task<bool> TryExtractAsync(CancellationToken stopping)
    {
        var (entry, records) = (session.Entry, session.Records);
        var last = Math.Min(entry.Record.Remembered.FirstGap().From - 1, session.Newest);
        if (entry.Record.Extracted >= last || session.Tail.IsSealed)
            return false;
        var page = await memories.ReadFromAsync(new TurnRange(entry.Record.Extracted + 1, last), MaxTurns, CancellationToken.None).ConfigureAwait(false);
        var (turns, upTo) = Choose(page);
        var facts = turns.Count == 0 ? [] : await ExtractAsync(turns, stopping).ConfigureAwait(false);
        var adds = facts
            .Where(fact => !string.IsNullOrWhiteSpace(fact.Text) && fact.Text.Length <= MaxFactLength)
            .DistinctBy(fact => IdOf(fact))
            .Take(MaxFacts)
            .Select(fact => ToAdd(fact, turns))
            .ToList();
        var request = SessionRecords.NewRequest() with { Dependencies = page.Dependencies.Count > 0 ? page.Dependencies : null };
        var outcome = await records.WriteBesideAsync(request, adds, entry, entry.Record with { Extracted = upTo }, CancellationToken.None).ConfigureAwait(false);
        switch (outcome)
        {
            case WriteOutcome.Committed committed:
                _rubbish = 0;
                SessionInstruments.Facts.Add(committed.Results.Count(result => result is { Created: true, Key.Kind: RecordKind.Memory }));
                return await LearnAsync(records.FindAsync(records.Space.View, entry, CancellationToken.None).AsTask()).ConfigureAwait(false);
            case WriteOutcome.PreconditionFailed:
                // Another node drew them, or the record was renewed.
                return await LearnAsync(records.FindNewestAsync(entry, CancellationToken.None)).ConfigureAwait(false);
            default:
                throw new StoreUnavailableException($"facts of session {session.Id} can't be written now");
        }

        async Task<bool> LearnAsync(Task<SessionEntry?> finding)
        {
            if (await finding.ConfigureAwait(false) is not { } found || found.Record.Generation != entry.Record.Generation)
                return false;
            session.Learn(records, found);
            return true;
        }
    }

    /// <summary>As many turns as a model is given at once, but for those that the policy leaves out, and the last turn that was looked at.</summary>
    (List<Turn> Turns, long UpTo) Choose(TurnPage page)
    {
        var rule = policy.ToRule();
        var (turns, length) = (new List<Turn>(), 0L);
        foreach (var turn in page.Turns)
        {
            var said = rule.Roles is { Count: > 0 } roles && !roles.Contains(turn.Role) ? "" : turn.GetText();
            if (string.IsNullOrWhiteSpace(said))
                continue;
            length += said.Length;
            if (length > MaxLength && turns.Count > 0)
                return (turns, turn.Number - 1);
            turns.Add(turn);
        }
        return (turns, page.Last);
    }

    async Task<IReadOnlyList<Fact>> ExtractAsync(List<Turn> turns, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            return await extractor.ExtractAsync(turns, either.Token).ConfigureAwait(false);
        }
        catch (ExtractorException e) when (e.IsRubbish && ++_rubbish >= MaxRubbish)
        {
            SessionInstruments.ExtractFailures.Add(1);
            return [];
        }
    }

    Mutation ToAdd(Fact fact, List<Turn> turns)
    {
        var said = turns.Find(turn => turn.Number == fact.Turn);
        var rule = policy.ToRule();
        string[] tags = [.. (rule.Tags ?? []).Append(Tag).Distinct(StringComparer.Ordinal)];
        var memory = new Memory(fact.Text, said?.Agent ?? turns[^1].Agent, said?.At ?? turns[^1].At)
        {
            Tags = tags,
            Importance = rule.Importance,
            Source = new MemorySource(session.Id, said?.Number),
            Metadata = MetadataOf(turns),
        };
        return new Mutation(
            new RecordKey(RecordKind.Memory, IdOf(fact)), MutationKind.Add, MemoryCodec.Encode(memory), TimeToLive: rule.TimeToLive, Tags: tags);
    }

    // Of the text alone: what is said in several turns, or conversations, is one fact.
    static string IdOf(Fact fact) => MemoryId.Of(fact.Text, null);

    static ReadOnlyMemory<byte> MetadataOf(List<Turn> turns)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("method"u8, ChatSummarizer.MethodName);
            json.WriteNumber("from"u8, turns[0].Number);
            json.WriteNumber("upTo"u8, turns[^1].Number);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
