namespace DaprMemory.Hosting.Requests;

/// <summary>Who makes a request.</summary>
/// <param name="Agent">The agent, as it stands in commits.</param>
public sealed record Caller(string Agent)
{
    /// <summary>Who did not say.</summary>
    public static Caller Anonymous { get; } = new("anonymous");
}
