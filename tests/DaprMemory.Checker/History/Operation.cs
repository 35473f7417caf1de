using System.Text.Json.Serialization;

namespace DaprMemory.Checker.History;

/// <summary>
/// One call of one client: what it asked, when, and what it was told. A client is a chain of tokens: it passes back the newest token it got
/// from every answer. Who drops its token goes on as another client.
/// </summary>
public sealed record Operation
{
    /// <summary>The <see cref="End"/> of a call that never ended.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Its number in the history.</summary>
    public long Id { get; init; }

    /// <summary>Who called. Calls of one client may overlap; those that do promise each other nothing.</summary>
    public int Client { get; init; }

    /// <summary>The space; it is empty when the history begins.</summary>
    public required string Space { get; init; }

    /// <summary>
    /// The key, in <see cref="Space"/>, or the name of a session; empty for what reads several keys. Records have no time to live.
    /// </summary>
    public string Key { get; init; } = "";

    /// <summary>What it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public OperationKind Kind { get; init; }

    /// <summary>
    /// What it was promised. A write that takes effect is the same at each level; of a refused one it says how fresh the view had to be.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Level Level { get; init; } = Level.Session;

    /// <summary>The value: of a put, what it sets, which no other put of the same key may set; of a read, what it was shown.</summary>
    public string? Value { get; init; }

    /// <summary>A write's <c>If-Match</c>.</summary>
    public Place? Expected { get; init; }

    /// <summary>A write's <c>If-None-Match: *</c>.</summary>
    public bool MustBeAbsent { get; init; }

    /// <summary>A write's idempotency key, by which it is found in the log. Retries with the same one are the same operation.</summary>
    public string? RequestId { get; init; }

    /// <summary>The version of <see cref="Space"/> in the token that was sent; 0 if none or not known.</summary>
    public long Seen { get; init; }

    /// <summary>When it was sent: nanoseconds on the clock that all operations of the history share.</summary>
    public long Begin { get; init; }

    /// <summary>When it was answered or given up, or <see cref="Never"/>.</summary>
    public long End { get; init; }

    /// <summary>How it ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Outcome Outcome { get; init; }

    /// <summary>The ETag of the answer: of the record that was read, or the place that the write got.</summary>
    public Place? ETag { get; init; }

    /// <summary>The version of the space that the answer names; 0 if it names none.</summary>
    public long Version { get; init; }

    /// <summary>How old the answer says that its view may be, in nanoseconds; 0 if it does not say.</summary>
    public long Age { get; init; }

    /// <summary>What a read of several keys showed, the keys included that it showed to have no record.</summary>
    public IReadOnlyList<ReadItem>? Items { get; init; }

    /// <summary>The turns: of an append, which it adds, with their numbers once it is acknowledged; of a read, which it was shown.</summary>
    public IReadOnlyList<Turn>? Turns { get; init; }

    /// <summary>Of a read of turns: the number that all of them must lie below; 0 for none.</summary>
    public long Before { get; init; }

    /// <summary>Of a read of turns: how many it asked for.</summary>
    public int Limit { get; init; }

    /// <summary>Of a read of turns: the number that the answer calls the newest.</summary>
    public long Newest { get; init; }

    /// <summary>The last moment at which it can have taken effect.</summary>
    [JsonIgnore]
    public long LatestEffect => Outcome == Outcome.Unknown ? Never : End;

    /// <summary>Whether it could change a record.</summary>
    [JsonIgnore]
    public bool IsWrite => Kind is OperationKind.Put or OperationKind.Delete;

    /// <summary>Whether it reads several keys at one version.</summary>
    [JsonIgnore]
    public bool IsMultiRead => Kind is OperationKind.MultiRead or OperationKind.Search;

    /// <summary>Whether it is about a session and its turns.</summary>
    [JsonIgnore]
    public bool IsOfSession => Kind is OperationKind.Append or OperationKind.ReadTurns or OperationKind.DeleteSession;

    /// <summary>Whether it was answered from a state of the space.</summary>
    [JsonIgnore]
    public bool IsAnswered => Outcome is not (Outcome.Unknown or Outcome.Failed);

    /// <summary>Whether it is a write that certainly changed nothing.</summary>
    [JsonIgnore]
    public bool IsRefused => IsWrite && Outcome is not (Outcome.Ok or Outcome.Unknown);

    /// <summary>Whether it reads and was told something.</summary>
    [JsonIgnore]
    public bool IsAnsweredRead => !IsWrite && IsAnswered;

    /// <summary>What was shown of records: by an answered read, and by a refusal that tells the ETag of what stood in the way.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReadItem> Shown => this switch
    {
        { Outcome: Outcome.PreconditionFailed, ETag: { } at } => [new ReadItem(Key, at, null)],
        { IsAnsweredRead: false } or { IsOfSession: true } => [],
        _ => IsMultiRead ? Items ?? [] : [new ReadItem(Key, ETag, Value)],
    };
}
