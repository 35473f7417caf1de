namespace DaprMemory.LocalSidecar.Components;

/// <summary>A Dapr component as its file describes it.</summary>
internal sealed record Component
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required string Version { get; init; }

    /// <summary>Settings by lower-case name, because Dapr ignores their case.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The apps that may use it; empty: all.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Whether a sidecar starts without it when it cannot be had.</summary>
    public bool IgnoreErrors { get; init; }

    public bool IsState => Type.StartsWith("state.", StringComparison.Ordinal);

    public bool IsPubSub => Type.StartsWith("pubsub.", StringComparison.Ordinal);

    public bool IsSecretStore => Type.StartsWith("secretstores.", StringComparison.Ordinal);

    /// <summary>Whether apps with this store can have actors.</summary>
    public bool IsActorStore => IsState && Settings.GetValueOrDefault("actorstatestore") is "true";

    public bool IsInScopeOf(string appId) => Scopes.Count == 0 || Scopes.Contains(appId);
}
