namespace DaprMemory.Cli.Import;

/// <summary>One line of a file of turns, as the record that it becomes.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Space">The space it belongs to.</param>
/// <param name="Key"><c>turns/{session}/{turn}</c>.</param>
/// <param name="Speaker">Who said it, and so who writes it.</param>
/// <param name="Json">The line's JSON object, byte for byte.</param>
internal sealed record Turn(long Line, string Space, string Key, string Speaker, ReadOnlyMemory<byte> Json);
