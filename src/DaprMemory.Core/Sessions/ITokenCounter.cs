namespace DaprMemory.Core.Sessions;

/// <summary>Tells how many tokens a model makes of a turn, about.</summary>
public interface ITokenCounter
{
    /// <summary>Counts what was said; who said it and when are not counted.</summary>
    int Count(Turn turn);
}
