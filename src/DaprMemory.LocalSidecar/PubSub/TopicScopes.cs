using DaprMemory.LocalSidecar.Components;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Which topics of a component an app may publish to or subscribe to.</summary>
internal sealed class TopicScopes
{
    readonly HashSet<string> _allowed;
    readonly HashSet<string> _protected;
    readonly HashSet<string> _publishing;
    readonly HashSet<string> _subscribing;

    public TopicScopes(Component component, string appId)
    {
        _allowed = List(component.Settings.GetValueOrDefault("allowedtopics", ""));
        _protected = List(component.Settings.GetValueOrDefault("protectedtopics", ""));
        _publishing = Of(component.Settings.GetValueOrDefault("publishingscopes", ""), appId);
        _subscribing = Of(component.Settings.GetValueOrDefault("subscriptionscopes", ""), appId);
    }

    public bool CanPublish(string topic) => Admits(topic, _publishing);

    public bool CanSubscribe(string topic) => Admits(topic, _subscribing);

    bool Admits(string topic, HashSet<string> scope) =>
        (_allowed.Count == 0 || _allowed.Contains(topic))
        // An app that no scope names may use whatever is not protected.
        && (scope.Count == 0 ? !_protected.Contains(topic) : scope.Contains(topic));

    /// <summary>The topics after <c>app=</c>. An empty list has one topic, without a name, and so admits none.</summary>
    static HashSet<string> Of(string scopes, string appId) =>
        [.. scopes.Replace(" ", "", StringComparison.Ordinal).Split(';')
            .Select(scope => scope.Split('='))
            .Where(parts => parts.Length >= 2 && parts[0] == appId)
            .SelectMany(parts => parts[1].Split(','))];

    static HashSet<string> List(string topics) =>
        [.. topics.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
