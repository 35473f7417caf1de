namespace DaprMemory.EndToEnd.Tests.Support;

/// <summary>What the attacked tenant has, and nobody else may come to see.</summary>
internal static class Secrets
{
    public const string Value = "Zk3pQ9vault";
    public const string Key = "treasure-Zk3pQ9key";
    public const string Agent = "keeper-Zk3pQ9agent";

    /// <summary>What all of them contain.</summary>
    public const string Mark = "Zk3pQ9";

    /// <summary>A body that many operations make something of.</summary>
    public static string Body { get; } =
        $$"""{"text":"{{Value}}","content":"{{Value}}","role":"user","name":"{{Key}}","query":"{{Value}}","keys":["{{Key}}"],"changes":[{"op":"put","key":"{{Key}}-2","value":"{{Value}}"}]}""";
}
