namespace DaprMemory.Core.Sessions;

/// <summary>Something that was drawn from what was said.</summary>
/// <param name="Text">The fact, to be understood by itself.</param>
/// <param name="Turn">The turn that says it; null for no single one.</param>
public sealed record Fact(string Text, long? Turn = null);
