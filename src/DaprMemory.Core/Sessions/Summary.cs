namespace DaprMemory.Core.Sessions;

/// <summary>What was said in a part of a conversation, in short.</summary>
/// <param name="From">The number of the first turn that it tells of.</param>
/// <param name="UpTo">The number of the last turn that it tells of.</param>
/// <param name="Method">How it was made, such as <c>extractive</c>.</param>
/// <param name="Text">The summary.</param>
public sealed record Summary(long From, long UpTo, string Method, string Text);
