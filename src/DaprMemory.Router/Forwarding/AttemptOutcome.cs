namespace DaprMemory.Router.Forwarding;

/// <summary>What came of asking one shard.</summary>
internal enum AttemptOutcome
{
    /// <summary>The client has the shard's whole answer.</summary>
    Answered,

    /// <summary>No connection came about: the shard has not seen the request.</summary>
    Refused,

    /// <summary>No answer began, and the client has seen nothing yet. The shard may have done the work.</summary>
    Unanswered,

    /// <summary>The shard says that it can't reach its store; the client has seen nothing yet.</summary>
    Unavailable,

    /// <summary>The answer broke off in the middle.</summary>
    Cut,

    /// <summary>The client left, or the router is stopping.</summary>
    Abandoned,
}
