using System.Diagnostics.CodeAnalysis;

namespace Dapr.Actors;

/// <summary>Marks the interfaces whose methods can be called on actors.</summary>
[SuppressMessage("Design", "CA1040", Justification = "The official SDK has it so.")]
public interface IActor
{
}
