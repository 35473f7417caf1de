namespace DaprMemory.Core.Sessions;

/// <summary>Tells how many tokens a model makes of a text, about.</summary>
public interface ITokenCounter
{
    /// <summary>Counts a text.</summary>
    int Count(string text);
}
