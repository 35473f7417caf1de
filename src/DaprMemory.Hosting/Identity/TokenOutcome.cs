using DaprMemory.Hosting.Requests;

namespace DaprMemory.Hosting.Identity;

/// <summary>What became of a token.</summary>
internal abstract record TokenOutcome
{
    /// <summary>It is the issuer's and names a caller.</summary>
    /// <param name="Caller">The caller.</param>
    public sealed record Verified(Caller Caller) : TokenOutcome;

    /// <summary>It is no good.</summary>
    /// <param name="Reason">Why; nothing that the token says.</param>
    public sealed record Refused(string Reason) : TokenOutcome;

    /// <summary>There are no keys to tell by now.</summary>
    public sealed record Unknown : TokenOutcome;
}
