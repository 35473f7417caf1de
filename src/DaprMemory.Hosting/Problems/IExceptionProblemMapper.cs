namespace DaprMemory.Hosting.Problems;

/// <summary>Gives exceptions of one part of the product their problem; register any number in DI, the first that knows an exception decides.</summary>
public interface IExceptionProblemMapper
{
    /// <summary>Maps an exception; null if it is not one of this mapper's.</summary>
    /// <param name="exception">What the request ended with.</param>
    Problem? Map(Exception exception);
}
