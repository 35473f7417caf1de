namespace Dapr.Actors.Runtime;

/// <summary>A registered reminder.</summary>
public interface IActorReminder
{
    /// <summary>Its name, unique in its actor.</summary>
    string Name { get; }

    /// <summary>When it comes first, from its registration on.</summary>
    TimeSpan DueTime { get; }

    /// <summary>How often it comes then.</summary>
    TimeSpan Period { get; }

    /// <summary>What comes with it.</summary>
    byte[] State { get; }
}
