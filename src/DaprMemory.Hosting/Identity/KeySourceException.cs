namespace DaprMemory.Hosting.Identity;

/// <summary>The issuer's keys can't be had now, or make no sense.</summary>
internal sealed class KeySourceException(string message, Exception? innerException = null) : Exception(message, innerException);
