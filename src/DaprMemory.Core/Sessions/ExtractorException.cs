namespace DaprMemory.Core.Sessions;

/// <summary>Facts can't be drawn now; nothing else is the matter.</summary>
/// <param name="message">What happened.</param>
/// <param name="isRubbish">There was an answer, and it made no sense: another time there may be no better one.</param>
/// <param name="innerException">The cause.</param>
public sealed class ExtractorException(string message, bool isRubbish, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>There was an answer, and it made no sense.</summary>
    public bool IsRubbish => isRubbish;
}
