namespace DaprMemory.LocalSidecar.State;

/// <summary>How a store answered a write.</summary>
internal enum WriteStatus
{
    Done,
    ETagMismatch,
    ETagInvalid,
    Failed,
}

/// <summary>The outcome of a write. Anything but <see cref="WriteStatus.Done"/> wrote nothing, unless the store cannot roll back.</summary>
internal readonly record struct WriteOutcome(WriteStatus Status, string Detail)
{
    public static WriteOutcome Done => new(WriteStatus.Done, "");

    public static WriteOutcome Mismatch(string detail = "") => new(WriteStatus.ETagMismatch, detail);

    public static WriteOutcome Invalid(string detail) => new(WriteStatus.ETagInvalid, detail);

    public static WriteOutcome Failed(string detail) => new(WriteStatus.Failed, detail);

    public bool IsDone => Status == WriteStatus.Done;

    /// <summary>The text as it stands in daprd's error messages.</summary>
    public string Message => Status switch
    {
        WriteStatus.ETagMismatch when Detail.Length == 0 => "possible etag mismatch. error from state store",
        WriteStatus.ETagMismatch => $"possible etag mismatch. error from state store: {Detail}",
        WriteStatus.ETagInvalid => $"invalid etag value: {Detail}",
        _ => Detail,
    };
}
