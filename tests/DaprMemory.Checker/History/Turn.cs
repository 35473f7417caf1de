namespace DaprMemory.Checker.History;

/// <summary>One turn of a conversation.</summary>
/// <param name="Number">Its number in the session, from 1; 0 while nobody was told.</param>
/// <param name="Text">What was said; no other turn of a session of that name says the same.</param>
public readonly record struct Turn(long Number, string Text);
