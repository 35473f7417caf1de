namespace Dapr;

/// <summary>The Dapr endpoint refused a call, or could not be reached.</summary>
public class DaprException : Exception
{
    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What failed.</param>
    public DaprException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">The cause.</param>
    public DaprException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
