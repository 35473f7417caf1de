namespace DaprMemory.Core.Embeddings;

/// <summary>The model refuses these texts as they are; asking again would not help.</summary>
public sealed class EmbeddingRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
