using DaprMemory.Client;

namespace DaprMemory.Cli.Import;

/// <summary>One line of a file of turns.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Space">The space it belongs to.</param>
/// <param name="Session">The session.</param>
/// <param name="Name">What the file calls it in its session; it stands in the metadata, and tells what is there already.</param>
/// <param name="Content">The turn as it is appended.</param>
internal sealed record Turn(long Line, string Space, string Session, string Name, NewTurn Content);
