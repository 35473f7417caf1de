namespace DaprMemory.Core.Embeddings;

/// <summary>A text that is to be embedded.</summary>
/// <param name="Key">What its vector is stored under.</param>
/// <param name="Text">The text.</param>
internal readonly record struct EmbeddingWork(UInt128 Key, string Text);
