using DaprMemory.LocalSidecar.Components;

namespace DaprMemory.LocalSidecar.State;

/// <summary>Dapr's rules for what stands before a key in the store.</summary>
internal static class KeyPrefix
{
    /// <summary>Stands between prefix and key, and so is refused in both.</summary>
    public const string Separator = "||";

    const string Setting = "keyprefix";

    /// <summary>What is wrong with a component's <c>keyPrefix</c>, or null.</summary>
    public static string? Check(Component component) => Strategy(component).Contains(Separator) ? $"keyPrefix can't contain '{Separator}'" : null;

    /// <summary>The prefix of an app's keys in a component, with its separator; may be empty.</summary>
    public static string For(Component component, string appId)
    {
        var prefix = Strategy(component) switch
        {
            "none" => "",
            "name" => component.Name,
            "" or "appid" => appId,
            "namespace" => Environment.GetEnvironmentVariable("NAMESPACE") is { Length: > 0 } ns ? $"{ns}.{appId}" : appId,
            var literal => literal,
        };
        return prefix.Length == 0 ? "" : prefix + Separator;
    }

    static string Strategy(Component component) => component.Settings.GetValueOrDefault(Setting, "").ToLowerInvariant();
}
