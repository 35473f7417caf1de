using System.Net;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>What came of a call after all attempts.</summary>
/// <param name="Status">The definite answer's status; null: there was none in time.</param>
/// <param name="Attempts">How many attempts were made.</param>
/// <param name="MayBeDone">Without a definite answer: whether some attempt may have had its effect all the same.</param>
internal sealed record Reply(HttpStatusCode? Status, int Attempts, bool MayBeDone)
{
    /// <summary>The header <c>ETag</c>.</summary>
    public string? ETag { get; init; }

    /// <summary>What <see cref="ETag"/> says; null if there is none.</summary>
    public Place? Place => Checker.History.Place.TryParse(ETag, out var place) ? place : null;

    /// <summary>The header <c>Memory-Version</c>; 0 if there is none.</summary>
    public long Version { get; init; }

    /// <summary>The header <c>Memory-Staleness</c>; 0 if there is none.</summary>
    public long StaleSeconds { get; init; }

    /// <summary>The header <c>Memory-Token</c>.</summary>
    public string? Token { get; init; }

    /// <summary>The answer's body.</summary>
    public string Body { get; init; } = "";
}
