namespace DaprMemory.Cli.Torture;

/// <summary>A request below a space.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the space, with the query.</param>
/// <param name="Json">The body, if there is one.</param>
internal readonly record struct WireRequest(HttpMethod Method, string Path, string? Json = null);
