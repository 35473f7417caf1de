namespace Dapr.Actors.Runtime;

/// <summary>Which actors this app hosts, and how.</summary>
public sealed class ActorRuntimeOptions
{
    /// <summary>The types of actors.</summary>
    public ActorRegistrationCollection Actors { get; } = [];

    /// <summary>Whether calls under way are waited for when actors move.</summary>
    public bool DrainRebalancedActors { get; set; }

    /// <summary>Where the sidecar's HTTP API is.</summary>
    /// <value>Null: where configuration or environment say.</value>
    public string? HttpEndpoint { get; set; }
}
