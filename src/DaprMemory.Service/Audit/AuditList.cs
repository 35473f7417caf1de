namespace DaprMemory.Service.Audit;

/// <summary>A page of what was done in a tenant.</summary>
/// <param name="Items">What was found; possibly nothing, though there is a next page.</param>
/// <param name="Next">What to pass as <c>after</c> to go on; absent at the end.</param>
internal sealed record AuditList(IReadOnlyList<AuditItem> Items, string? Next);

/// <summary>What one request did, or read.</summary>
/// <param name="At">When.</param>
/// <param name="By">The agent.</param>
internal sealed record AuditItem(DateTimeOffset At, string By)
{
    /// <summary>How the agent showed who it is: <c>jwt:</c> and its token's id, <c>jwt-exp:</c> and its token's expiry, or <c>app:</c> and its app id.</summary>
    public string? Via { get; init; }

    /// <summary>The space; absent if it was about the tenant.</summary>
    public string? Space { get; init; }

    /// <summary>Write: its entry's place in the space's log, the ETag of what it changed.</summary>
    public string? Etag { get; init; }

    /// <summary>Write: its idempotency key.</summary>
    public string? RequestId { get; init; }

    /// <summary>Write: what it changed, without the values.</summary>
    public IReadOnlyList<AuditChange>? Changes { get; init; }

    /// <summary>Write: why it changed nothing, if a refusal was written down.</summary>
    public string? Refused { get; init; }

    /// <summary>Read: the operation, by its id in the API's description.</summary>
    public string? Operation { get; init; }

    /// <summary>Read: the records that it named.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Read: the answer's status.</summary>
    public int? Status { get; init; }

    /// <summary>Read: the shard that wrote it down.</summary>
    public string? Shard { get; init; }

    /// <summary>Reads: how many the shard could not write down here; then the rest of the item says nothing more.</summary>
    public long? Dropped { get; init; }

    /// <summary>The id of the key that the commit is signed with; absent if it is not signed.</summary>
    public string? Kid { get; init; }
}

/// <summary>A changed record.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Kind">Its kind, such as <c>state</c>.</param>
/// <param name="Deleted">Whether it was deleted; absent if not.</param>
internal sealed record AuditChange(string Key, string Kind, bool? Deleted);
