namespace DaprMemory.Router.Tests.Hosts;

/// <summary>A request as a shard got it.</summary>
sealed record Seen(string Method, string Target, Dictionary<string, string> Headers, byte[] Body);
