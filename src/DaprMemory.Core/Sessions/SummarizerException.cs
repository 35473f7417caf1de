namespace DaprMemory.Core.Sessions;

/// <summary>A summary can't be made now; nothing else is the matter.</summary>
public sealed class SummarizerException(string message, Exception? innerException = null) : Exception(message, innerException);
