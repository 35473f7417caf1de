using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Service.Tests.Events;

/// <summary>Keeps what is logged.</summary>
sealed class LogList : ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILoggerProvider Provider => new ToList(this);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{eventId.Name}: {formatter(state, exception)}");

    sealed class ToList(LogList list) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => list;

        public void Dispose()
        {
        }
    }
}
